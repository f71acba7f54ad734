// What a thread owns: created at first use, freed by a pthread key's destructor when the thread exits.

#include "CDescentRuntime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#define HUGE_PAGE ((size_t)2 << 20)

typedef struct thread_storage {
  descent_thread_state state;
  struct {
    void *memory;
    size_t size;
  } workspaces[DESCENT_WORKSPACE_COUNT];
} thread_storage;

// The storage lies on the heap, and the thread-local variable only points to it: on Darwin a thread's variables may be
// gone before the key's destructor runs.
static _Thread_local thread_storage *current;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static void (*_Atomic scope_destructor)(void *);

static void thread_will_exit(void *value) {
  thread_storage *storage = value;
  void *scope = storage->state.scope;
  void (*destructor)(void *) = atomic_load(&scope_destructor);
  storage->state.scope = NULL;
  // The destructor may release nodes, so the release stack goes after it.
  if (scope != NULL && destructor != NULL) destructor(scope);
  current = NULL;
  free(storage->state.releases);
  for (size_t i = 0; i < DESCENT_WORKSPACE_COUNT; i++) free(storage->workspaces[i].memory);
  free(storage);
}

static void create_exit_key(void) {
  if (pthread_key_create(&exit_key, thread_will_exit) != 0) abort();
}

static thread_storage *create_storage(void) {
  pthread_once(&key_once, create_exit_key);
  thread_storage *storage = calloc(1, sizeof *storage);
  if (storage == NULL || pthread_setspecific(exit_key, storage) != 0) abort();
  current = storage;
  return storage;
}

static inline thread_storage *current_storage(void) {
  thread_storage *storage = current;
  return storage != NULL ? storage : create_storage();
}

descent_thread_state *descent_thread(void) { return &current_storage()->state; }

// Large blocks lie on huge pages where the system has them: that saves most page faults and misses in the TLB.
static void *allocate_workspace(size_t size) {
  void *memory;
  size_t alignment = size < 2 * HUGE_PAGE ? 64 : HUGE_PAGE;
  if (posix_memalign(&memory, alignment, size) != 0) abort();
#if defined(__linux__)
  if (alignment == HUGE_PAGE) madvise(memory, size, MADV_HUGEPAGE);
#endif
  return memory;
}

void *descent_thread_workspace(size_t slot, size_t bytes) {
  thread_storage *storage = current_storage();
  if (bytes < storage->workspaces[slot].size) return storage->workspaces[slot].memory;
  free(storage->workspaces[slot].memory);
  // Whole steps of 64 KiB, so that slowly growing demands don't allocate each time.
  storage->workspaces[slot].size = (bytes | 0xFFFF) + 1;
  storage->workspaces[slot].memory = allocate_workspace(storage->workspaces[slot].size);
  return storage->workspaces[slot].memory;
}

void descent_set_scope_destructor(void (*destructor)(void *scope)) { atomic_store(&scope_destructor, destructor); }

static void grow_releases(descent_thread_state *state) {
  size_t capacity = state->release_capacity == 0 ? 64 : 2 * state->release_capacity;
  void **releases = realloc(state->releases, capacity * sizeof *releases);
  if (releases == NULL) abort();
  state->releases = releases;
  state->release_capacity = capacity;
}

void descent_thread_push_release(descent_thread_state *state, void *reference) {
  if (state->release_count == state->release_capacity) grow_releases(state);
  state->releases[state->release_count++] = reference;
}
