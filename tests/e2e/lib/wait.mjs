// Waiting for a condition. Nothing in these tests waits for a time.

/** The first truthy result of `probe`, asked again and again; an error that names `what` after `ms`. */
export async function until(what, probe, ms = 10_000) {
  const end = performance.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const why = last ? ` (${last.message.split('\n')[0]})` : '';
      throw new Error(`waited ${ms} ms in vain for: ${typeof what === 'function' ? await what() : what}${why}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
