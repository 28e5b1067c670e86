import process from 'node:process';

/** Does what the parent of this process asks, one message of calls at a time, and answers with what the last of them gave. */
export function answerCalls(commands) {
  process.on('message', async ({ id, calls }) => {
    try {
      let result;
      // In one turn where none of the commands takes longer.
      for (const [command, args] of calls) {
        result = commands[command](args);
        if (result instanceof Promise) result = await result;
      }
      process.send({ id, result: result ?? null });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  });
  process.send({ id: 0, result: null });
}
