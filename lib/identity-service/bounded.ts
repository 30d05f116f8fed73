/** Reads an answer's body and stops at the bound: the other side may have no end. @throws Error beyond it. */
export async function boundedBytes(
  { body }: Response,
  sizeBytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > sizeBytesMax) throw new Error(`it is larger than ${sizeBytesMax / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
