const GIGABYTE = 1_000_000_000;

export const bytesOf = (gigabytes: number) => BigInt(Math.round(gigabytes * GIGABYTE));
export const gigabytesOf = (bytes: bigint | number) => Number(bytes) / GIGABYTE;
