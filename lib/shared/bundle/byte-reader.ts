/** Reads bytes as they come, and holds no more of them than it is asked for. */
export class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The bytes up to the next line feed; null where none comes within so many. */
  async line(bytesMax: number): Promise<Buffer | null> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (await this.fill()) {
      const end = this.held.indexOf(0x0a);
      const part = end < 0 ? this.held : this.held.subarray(0, end);
      length += part.length;
      if (length > bytesMax) return null;
      parts.push(part);
      this.held = this.held.subarray(end < 0 ? this.held.length : end + 1);
      if (end >= 0) return Buffer.concat(parts);
    }
    return null;
  }

  /** So many bytes, or as many as there are. */
  async *bytes(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0 && (await this.fill())) {
      const part = this.held.subarray(0, left);
      this.held = this.held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** Whether nothing comes any more. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.fill());
  }

  /** Lets go of the source, which may be endless. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async fill(): Promise<boolean> {
    while (this.held.length === 0) {
      const { value, done } = await this.source.next();
      if (done) return false;
      this.held = value;
    }
    return true;
  }
}
