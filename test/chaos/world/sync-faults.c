/* Stands before the C library's fsync and fdatasync (LD_PRELOAD): the file named by ROLLCALL_SYNC_FAULTS says what is wrong with the disk.
 * "eio": every sync fails. "slow <milliseconds>": every sync takes so much longer. Anything else, or no file: nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_failing(void) {
  const char *path = getenv("ROLLCALL_SYNC_FAULTS");
  char text[64] = {0};
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size > 0 && strncmp(text, "eio", 3) == 0) return 1;
  if (size > 0 && strncmp(text, "slow ", 5) == 0) usleep((useconds_t)atoi(text + 5) * 1000);
  return 0;
}

static int sync_with(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (!is_failing()) return real(fd);
  errno = EIO;
  return -1;
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }
