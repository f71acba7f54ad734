// A thread's own state: created at first use, freed by a pthread key's destructor when the thread exits.

#include "CDescentRuntime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

// The state lies on the heap, and the thread-local variable only points to it: on Darwin a thread's variables may be
// gone before the key's destructor runs.
static _Thread_local descent_thread_state *current;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static void (*_Atomic scope_destructor)(void *);

static void thread_will_exit(void *value) {
  descent_thread_state *state = value;
  void *scope = state->scope;
  void (*destructor)(void *) = atomic_load(&scope_destructor);
  state->scope = NULL;
  // The destructor may release nodes, so the release stack goes after it.
  if (scope != NULL && destructor != NULL) destructor(scope);
  current = NULL;
  free(state->releases);
  free(state);
}

static void create_exit_key(void) {
  if (pthread_key_create(&exit_key, thread_will_exit) != 0) abort();
}

static descent_thread_state *create_state(void) {
  pthread_once(&key_once, create_exit_key);
  descent_thread_state *state = calloc(1, sizeof *state);
  if (state == NULL || pthread_setspecific(exit_key, state) != 0) abort();
  current = state;
  return state;
}

descent_thread_state *descent_thread(void) {
  descent_thread_state *state = current;
  return state != NULL ? state : create_state();
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
