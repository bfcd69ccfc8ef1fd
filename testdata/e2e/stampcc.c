/* A compiler front for nullbench: notes when it was asked for which source, then becomes the compiler.
 * STAMPCC_REAL: the compiler; STAMPCC_LOG: the file that gets "NANOSECONDS SOURCE" lines, of the monotonic clock. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *real = getenv("STAMPCC_REAL"), *log = getenv("STAMPCC_LOG"), *source = argv[argc - 1];
	struct timespec now;
	char line[4200];
	int fd, n;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (log && strlen(source) < 4096 && (fd = open(log, O_WRONLY | O_APPEND | O_CREAT, 0644)) >= 0) {
		n = snprintf(line, sizeof line, "%lld %s\n", now.tv_sec * 1000000000LL + now.tv_nsec, source);
		if (write(fd, line, n) != n)
			perror(log);
		close(fd);
	}
	argv[0] = (char *)real;
	if (real)
		execv(real, argv);
	perror("stampcc");
	return 127;
}
