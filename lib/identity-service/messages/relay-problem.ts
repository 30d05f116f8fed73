/** A message the relay did not take. `permanent`: it never will (RFC 5321, 4.2.1: 5yz). */
export class RelayProblem extends Error {
  override name = "RelayProblem";
  readonly permanent: boolean;

  constructor(message: string, permanent: boolean) {
    super(message);
    this.permanent = permanent;
  }
}
