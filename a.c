int f(void)
{
	int x;
	return foo;
}
