// What each thread owns, and the pool that runs the kernels.
//
// Swift has no thread-local variables and no way to park a thread cheaply, so these two live in C.

#ifndef CDESCENT_RUNTIME_H
#define CDESCENT_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

// MARK: - What a thread owns

/// A growing stack of object references that wait to be released; see `Node.deinit`.
typedef struct descent_thread_state {
  /// References waiting for release, `release_count` of `release_capacity`.
  void *_Nullable *_Nullable releases;
  size_t release_count;
  size_t release_capacity;
  /// True while the outermost release empties the stack.
  bool is_draining;
  /// The object that holds this thread's recorders and error scope, owned by Swift; null until first used.
  void *_Nullable scope;
} descent_thread_state;

/// The calling thread's state, zeroed when the thread first asks for it and freed when the thread exits.
descent_thread_state *descent_thread(void);

/// Sets the function that releases a `scope` which is not null when its thread exits; null means that it leaks.
void descent_set_scope_destructor(void (*_Nullable destructor)(void *scope));

/// Pushes `reference` on the calling thread's stack of pending releases.
void descent_thread_push_release(descent_thread_state *state, void *reference);

/// The number of the slots of `descent_thread_workspace`.
enum { DESCENT_WORKSPACE_COUNT = 3 };

/// Memory for the calling thread alone: at least `bytes`, aligned to 64, with undefined contents. It stays valid until
/// the thread asks the same slot (below DESCENT_WORKSPACE_COUNT) for more, and is freed when the thread exits.
void *descent_thread_workspace(size_t slot, size_t bytes);

// MARK: - Thread pool

/// One item of parallel work: `index` counts from 0.
typedef void (*descent_pool_body)(void *_Nullable context, size_t index);

/// The number of threads that `descent_pool_run` uses, the calling one included.
size_t descent_pool_thread_count(void);

/// Sets the number of threads, the calling one included. Call it while nothing runs; 0 means one for each core.
void descent_pool_set_thread_count(size_t count);

/// Calls `body(context, i)` once for each i in 0..<items, on several threads, and returns when all have finished.
/// A call from inside a body, or while another thread's call is under way, runs its items on the calling thread. Where
/// as many threads call at once as the pool has, each runs its own items for some milliseconds, and the workers rest.
void descent_pool_run(size_t items, descent_pool_body body, void *_Nullable context);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
