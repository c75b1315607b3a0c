/*
 * A disk that fails on request, below libc: LD_PRELOAD it into a process. Files below $DISK_FAULTS_IN are affected while the file
 * $DISK_FAULTS_FILE exists, whose one line is `<fdatasync|write|read> <EIO|ENOSPC|EROFS|short|slow> <milliseconds, for slow; which block of
 * every file, for read> <once|always>`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SHORT_BYTES 10
#define BLOCK_BYTES 4096

struct fault { char operation[16], kind[16], times[16]; int number; };

static int is_below(int fd) {
  char link[64], path[PATH_MAX];
  const char *folder = getenv("DISK_FAULTS_IN");
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (folder == NULL || length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* The fault that this operation meets, if any; one that is meant once is gone then. */
static int meets(const char *operation, int fd, struct fault *fault) {
  const char *file = getenv("DISK_FAULTS_FILE");
  if (file == NULL || !is_below(fd)) return 0;
  FILE *said = fopen(file, "r");
  if (said == NULL) return 0;
  int read = fscanf(said, "%15s %15s %d %15s", fault->operation, fault->kind, &fault->number, fault->times);
  fclose(said);
  if (read != 4 || strcmp(fault->operation, operation) != 0) return 0;
  return strcmp(fault->times, "once") != 0 || unlink(file) == 0;
}

static void pause_for(int milliseconds) {
  struct timespec time = { milliseconds / 1000, (milliseconds % 1000) * 1000000L };
  nanosleep(&time, NULL);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = dlsym(RTLD_NEXT, "fdatasync");
  struct fault fault;
  if (meets("fdatasync", fd, &fault)) {
    if (strcmp(fault.kind, "slow") != 0) { errno = EIO; return -1; }
    pause_for(fault.number);
  }
  return real(fd);
}

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t count, off64_t at) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, name);
  /* libuv writes on after a short write: it is only seen where the rest does not fit, as on a disk that is full. */
  static __thread int is_full;
  struct fault fault;
  if (is_full) { is_full = 0; errno = ENOSPC; return -1; }
  if (meets("write", fd, &fault)) {
    if (strcmp(fault.kind, "short") == 0) { count = count < SHORT_BYTES ? count : SHORT_BYTES; is_full = 1; }
    else { errno = strcmp(fault.kind, "ENOSPC") == 0 ? ENOSPC : strcmp(fault.kind, "EROFS") == 0 ? EROFS : EIO; return -1; }
  }
  return real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return write_at("pwrite", fd, bytes, count, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return write_at("pwrite64", fd, bytes, count, at); }

static ssize_t read_at(const char *name, int fd, void *into, size_t count, off64_t at) {
  ssize_t (*real)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, name);
  struct fault fault;
  if (meets("read", fd, &fault)) {
    off64_t from = (off64_t)fault.number * BLOCK_BYTES;
    if (at < from + BLOCK_BYTES && from < at + (off64_t)count) { errno = EIO; return -1; }
  }
  return real(fd, into, count, at);
}

ssize_t pread(int fd, void *into, size_t count, off_t at) { return read_at("pread", fd, into, count, at); }
ssize_t pread64(int fd, void *into, size_t count, off64_t at) { return read_at("pread64", fd, into, count, at); }
