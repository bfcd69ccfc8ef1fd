int one_more(int n);

int one_more(int n)
{
	return n + 1;
}
