/**
 * Does `work` after all threads with smaller numbers have done theirs. `memory`, shared by them: a u32, how many have. Who fails
 * does not keep the others waiting.
 */
export async function inOrder<T>(memory: SharedArrayBuffer, worker: number, work: () => Promise<T>): Promise<T> {
  const done = new Int32Array(memory)
  for (let count = Atomics.load(done, 0); count < worker; count = Atomics.load(done, 0)) {
    const wait = Atomics.waitAsync(done, 0, count)
    if (wait.async) await wait.value
  }
  try {
    return await work()
  } finally {
    Atomics.add(done, 0, 1)
    Atomics.notify(done, 0)
  }
}
