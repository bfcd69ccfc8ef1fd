int h(void)
{
	return bar;
}
