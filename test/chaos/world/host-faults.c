/* Stands before the C library (LD_PRELOAD) and makes one process's disk and clock bad. What is wrong stands in the file named by
 * ROLLCALL_HOST_FAULTS, which is mapped, so that it can be changed while the process runs; see host-faults.ts for who writes it. All zeros:
 * nothing is wrong. Only regular files are hit, and not the process's own output. The monotonic clock is left alone, as a real step leaves it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct faults {
  int64_t clock_offset_ns;
  int64_t clock_drift_ppm;
  int64_t clock_drifts_since_ns;
  int32_t sync_errno;
  int32_t sync_slow_ms;
  int32_t write_errno;
  int32_t write_slow_ms;
};

static const struct faults none;
static const volatile struct faults *faults = &none;

__attribute__((constructor)) static void map_faults(void) {
  const char *path = getenv("ROLLCALL_HOST_FAULTS");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) faults = mapped;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int fails_to_sync(void) {
  if (faults->sync_slow_ms) usleep((useconds_t)faults->sync_slow_ms * 1000);
  if (faults->sync_errno) errno = faults->sync_errno;
  return faults->sync_errno != 0;
}

int fsync(int fd) {
  REAL(fsync);
  return fails_to_sync() ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return fails_to_sync() ? -1 : real(fd);
}

static int fails_to_write(int fd) {
  struct stat status;
  int before = errno;
  if (fd <= 2 || (!faults->write_errno && !faults->write_slow_ms)) return 0;
  int is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  errno = before;
  if (!is_file) return 0;
  if (faults->write_slow_ms) usleep((useconds_t)faults->write_slow_ms * 1000);
  if (faults->write_errno) errno = faults->write_errno;
  return faults->write_errno != 0;
}

#define WRITES(name, given, passed) \
  ssize_t name given { \
    REAL(name); \
    return fails_to_write(fd) ? -1 : real passed; \
  }

WRITES(write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
WRITES(pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
WRITES(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
WRITES(writev, (int fd, const struct iovec *pieces, int count), (fd, pieces, count))
WRITES(pwritev, (int fd, const struct iovec *pieces, int count, off_t at), (fd, pieces, count, at))
WRITES(pwritev64, (int fd, const struct iovec *pieces, int count, off64_t at), (fd, pieces, count, at))

#define SECOND_NS 1000000000LL
#define MILLION 1000000LL

static int64_t shown(int64_t real_ns) {
  return real_ns + faults->clock_offset_ns + (faults->clock_drift_ppm ? (real_ns - faults->clock_drifts_since_ns) / MILLION * faults->clock_drift_ppm : 0);
}

static int64_t shown_now(void) {
  struct timespec now;
  REAL(clock_gettime);
  real(CLOCK_REALTIME, &now);
  return shown(now.tv_sec * SECOND_NS + now.tv_nsec);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  REAL(clock_gettime);
  if ((clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return real(clock, time);
  int64_t now = shown_now();
  *time = (struct timespec){now / SECOND_NS, now % SECOND_NS};
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  int64_t now = shown_now();
  *time = (struct timeval){now / SECOND_NS, now % SECOND_NS / 1000};
  return 0;
}

time_t time(time_t *into) {
  time_t now = (time_t)(shown_now() / SECOND_NS);
  if (into) *into = now;
  return now;
}
