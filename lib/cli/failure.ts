/** Something the operator can put right. Its message is one sentence that says what is wrong and what to do. */
export class Failure extends Error {
  override name = "Failure";
}
