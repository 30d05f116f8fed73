/** Something the operator can put right. Its message is one sentence that says what is wrong and what to do. */
export class Failure extends Error {
  override name = "Failure";
}

/** Runs a command. A failure is told in its sentence; a stack trace is all there is for a bug, and noise otherwise. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}
