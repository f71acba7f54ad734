// A fork-join thread pool: detached workers that spin for a while and then park.
//
// The caller joins on finished items, not on workers checking in: a worker whose core is busy elsewhere then costs
// nothing, since the others take its items.

#if defined(__linux__)
#define _GNU_SOURCE  // sched_getaffinity
#endif

#include "CDescentRuntime.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

#define MAXIMUM_THREADS 1024
#define CACHE_LINE 128
// Waking a parked thread costs 30-60 µs; spinning this long spares it between the operations of one training step.
#define SPIN_NANOSECONDS 100000
// How long callers that fill all threads by themselves do without the pool before they try it again.
#define SHARED_NANOSECONDS 5000000

static struct {
  // The generation of the work in the high half; in the low half, how many of its items nobody has taken yet. A
  // worker takes an item by compare-and-swap of the whole word, so a late one can't take an item of other work.
  _Alignas(CACHE_LINE) _Atomic uint64_t ticket;
  _Alignas(CACHE_LINE) _Atomic size_t finished;
  // The work. It changes only after all items of the generation have finished.
  _Alignas(CACHE_LINE) _Atomic descent_pool_body body;
  void *_Atomic context;
  _Atomic size_t first, items;
  // Held by the call whose items the pool runs.
  _Alignas(CACHE_LINE) atomic_bool is_busy;
  // The threads that are in a call, and until when each of them runs its own items; 0 while the pool is used.
  _Atomic size_t callers;
  _Atomic int64_t shared_until;
  // 0 until first asked for.
  _Atomic size_t thread_count;
  _Atomic size_t worker_count;
  // Below: parking, all under the mutex but the two atomics, which tell the other side whether to signal.
  _Atomic size_t parked_workers;
  atomic_bool is_caller_parked;
  pthread_mutex_t mutex;
  pthread_cond_t work_arrived, work_finished, workers_recalled;
} pool = {
    .mutex = PTHREAD_MUTEX_INITIALIZER,
    .work_arrived = PTHREAD_COND_INITIALIZER,
    .work_finished = PTHREAD_COND_INITIALIZER,
    .workers_recalled = PTHREAD_COND_INITIALIZER,
};

// Whether this thread is running an item: what it calls runs in place.
static _Thread_local bool is_inside_item;

// MARK: - Number of threads

static size_t core_count(void) {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 0) return (size_t)CPU_COUNT(&cores);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (size_t)online : 1;
}

static size_t clamped_count(size_t count) { return count < MAXIMUM_THREADS ? count : MAXIMUM_THREADS; }

// The number that DESCENT_THREADS asks for, or 0 if it is no positive decimal number and nothing else.
static size_t wanted_count(const char *text) {
  size_t count = 0;
  for (; *text != 0; text++) {
    if (*text < '0' || *text > '9') return 0;
    count = clamped_count(10 * count + (size_t)(*text - '0'));
  }
  return count;
}

size_t descent_pool_thread_count(void) {
  size_t count = atomic_load(&pool.thread_count);
  if (count != 0) return count;
  const char *text = getenv("DESCENT_THREADS");
  bool is_set = text != NULL && *text != 0;
  size_t wanted = is_set ? wanted_count(text) : 0;
  size_t initial = wanted > 0 ? wanted : clamped_count(core_count());
  if (!atomic_compare_exchange_strong(&pool.thread_count, &count, initial)) return count;
  // Said once, by the thread that decides.
  if (is_set && wanted == 0) {
    fprintf(stderr, "descent: DESCENT_THREADS=%s is ignored: it must be a positive whole number\n", text);
  }
  return initial;
}

void descent_pool_set_thread_count(size_t count) {
  pthread_mutex_lock(&pool.mutex);
  atomic_store(&pool.thread_count, clamped_count(count > 0 ? count : core_count()));
  pthread_mutex_unlock(&pool.mutex);
  pthread_cond_broadcast(&pool.workers_recalled);
}

// MARK: - Waiting

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool has_items(void) { return (uint32_t)atomic_load(&pool.ticket) != 0; }

static bool has_finished(void) { return atomic_load(&pool.finished) == atomic_load(&pool.items); }

// Spins until the condition holds; false if that takes too long. Bounded by time, for a pause's length varies by CPU.
static bool spin_until(bool (*condition)(void)) {
  int64_t deadline = nanoseconds() + SPIN_NANOSECONDS;
  do {
    for (int i = 0; i < 32; i++) {
      if (condition()) return true;
      pause_briefly();
    }
  } while (nanoseconds() < deadline);
  return false;
}

static void park_until_work_finishes(void) {
  pthread_mutex_lock(&pool.mutex);
  atomic_store(&pool.is_caller_parked, true);
  while (!has_finished()) pthread_cond_wait(&pool.work_finished, &pool.mutex);
  atomic_store(&pool.is_caller_parked, false);
  pthread_mutex_unlock(&pool.mutex);
}

static void park_until_work_arrives(size_t number) {
  pthread_mutex_lock(&pool.mutex);
  while (number >= atomic_load(&pool.thread_count)) pthread_cond_wait(&pool.workers_recalled, &pool.mutex);
  atomic_fetch_add(&pool.parked_workers, 1);
  while (!has_items()) pthread_cond_wait(&pool.work_arrived, &pool.mutex);
  atomic_fetch_sub(&pool.parked_workers, 1);
  pthread_mutex_unlock(&pool.mutex);
}

// Both sides store, then load what the other stored, in sequentially consistent order: one of them sees the other.
// Passing through the mutex makes sure that the other side is past its check and really waits.
static void signal_parked(pthread_cond_t *condition) {
  pthread_mutex_lock(&pool.mutex);
  pthread_mutex_unlock(&pool.mutex);
  pthread_cond_broadcast(condition);
}

// MARK: - Items

// Takes items and runs them until none is left.
static void run_items(void) {
  size_t ran = 0, items = 0;
  is_inside_item = true;
  uint64_t ticket = atomic_load(&pool.ticket);
  while ((uint32_t)ticket != 0) {
    // If the swap succeeds these belong to the ticket's generation, since this item wasn't finished then.
    descent_pool_body body = atomic_load_explicit(&pool.body, memory_order_relaxed);
    void *context = atomic_load_explicit(&pool.context, memory_order_relaxed);
    size_t first = atomic_load_explicit(&pool.first, memory_order_relaxed);
    size_t count = atomic_load_explicit(&pool.items, memory_order_relaxed);
    if (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket - 1)) continue;
    body(context, first + count - (uint32_t)ticket);
    items = count;
    ran++;
    ticket = atomic_load(&pool.ticket);
  }
  is_inside_item = false;
  if (ran == 0) return;
  if (atomic_fetch_add(&pool.finished, ran) + ran != items) return;
  if (atomic_load(&pool.is_caller_parked)) signal_parked(&pool.work_finished);
}

// Runs the items first..<first + items on all threads; items fits in 32 bits.
static void run_section(size_t first, size_t items, descent_pool_body body, void *context) {
  uint64_t generation = (atomic_load(&pool.ticket) >> 32) + 1;
  atomic_store_explicit(&pool.body, body, memory_order_relaxed);
  atomic_store_explicit(&pool.context, context, memory_order_relaxed);
  atomic_store_explicit(&pool.first, first, memory_order_relaxed);
  atomic_store_explicit(&pool.items, items, memory_order_relaxed);
  atomic_store_explicit(&pool.finished, 0, memory_order_relaxed);
  atomic_store(&pool.ticket, generation << 32 | items);
  if (atomic_load(&pool.parked_workers) > 0) signal_parked(&pool.work_arrived);
  run_items();
  if (!has_finished() && !spin_until(has_finished)) park_until_work_finishes();
}

// MARK: - Workers

static void *work(void *argument) {
  size_t number = (size_t)argument;
  for (;;) {
    bool is_needed = number < atomic_load(&pool.thread_count);
    if (!is_needed || !spin_until(has_items)) park_until_work_arrives(number);
    if (number < atomic_load(&pool.thread_count)) run_items();
  }
  return NULL;
}

// The child of a fork has none of the workers, and whoever held the pool or its mutex is gone.
static void reset_after_fork(void) {
  atomic_store(&pool.ticket, atomic_load(&pool.ticket) >> 32 << 32);
  atomic_store(&pool.worker_count, 0);
  atomic_store(&pool.parked_workers, 0);
  atomic_store(&pool.is_caller_parked, false);
  atomic_store(&pool.is_busy, false);
  atomic_store(&pool.callers, 0);
  pool.mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  pool.work_arrived = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  pool.work_finished = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  pool.workers_recalled = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
}

static void register_fork_handler(void) { pthread_atfork(NULL, NULL, reset_after_fork); }

// Starts a detached worker that takes no signals: those belong to the program's own threads.
static bool start_worker(size_t number) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  bool is_started = pthread_create(&thread, &attributes, work, (void *)number) == 0;
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  pthread_attr_destroy(&attributes);
  return is_started;
}

// Starts the workers that are missing. Where the system refuses one, the pool makes do with those it has.
static void start_workers(size_t thread_count) {
  static pthread_once_t fork_once = PTHREAD_ONCE_INIT;
  pthread_once(&fork_once, register_fork_handler);
  size_t workers = atomic_load(&pool.worker_count);
  while (workers + 1 < thread_count && start_worker(workers + 1)) workers++;
  atomic_store(&pool.worker_count, workers);
  if (workers + 1 < thread_count) atomic_store(&pool.thread_count, workers + 1);
}

// MARK: - Calls

static void run_in_place(size_t items, descent_pool_body body, void *context) {
  for (size_t i = 0; i < items; i++) body(context, i);
}

// The same for a call that could not have the pool.
static void run_alone(size_t items, descent_pool_body body, void *context) {
  is_inside_item = true;
  run_in_place(items, body, context);
  is_inside_item = false;
}

// Whether there were as many callers at once as threads, a moment ago: workers would only take turns with them.
static bool is_shared(void) {
  int64_t until = atomic_load_explicit(&pool.shared_until, memory_order_relaxed);
  if (until == 0) return false;
  if (nanoseconds() < until) return true;
  atomic_store_explicit(&pool.shared_until, 0, memory_order_relaxed);
  return false;
}

static void run_in_pool(size_t items, descent_pool_body body, void *context, size_t threads) {
  if (atomic_load(&pool.worker_count) + 1 < threads) start_workers(threads);
  for (size_t first = 0; first < items; first += UINT32_MAX) {
    size_t rest = items - first;
    run_section(first, rest < UINT32_MAX ? rest : UINT32_MAX, body, context);
  }
  atomic_store(&pool.is_busy, false);
}

void descent_pool_run(size_t items, descent_pool_body body, void *context) {
  size_t threads = items > 1 && !is_inside_item ? descent_pool_thread_count() : 1;
  if (threads == 1) return run_in_place(items, body, context);
  size_t callers = atomic_fetch_add(&pool.callers, 1) + 1;
  if (is_shared()) {
    run_alone(items, body, context);
  } else if (!atomic_exchange(&pool.is_busy, true)) {
    run_in_pool(items, body, context, threads);
  } else {
    if (callers >= threads) atomic_store(&pool.shared_until, nanoseconds() + SHARED_NANOSECONDS);
    run_alone(items, body, context);
  }
  atomic_fetch_sub(&pool.callers, 1);
}
