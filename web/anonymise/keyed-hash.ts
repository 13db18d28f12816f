/** The one keyed hash that all replacements come from: BLAKE3 in its keyed mode. Who does not have the key learns nothing from its values. */
import { blake3 } from '@noble/hashes/blake3.js';

/** Bytes. */
export const KEY_LENGTH = 32;

/** 32 bytes that follow from the key, from `domain` (ASCII: what is replaced) and from `input` (bytes, or a text by its UTF-16 units). */
export type KeyedHash = (domain: string, input: Uint8Array | string) => Uint8Array;

/** Throws RangeError for a key of another length: a bug of the caller, no input. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  if (key.length !== KEY_LENGTH) throw new RangeError(`a key has ${KEY_LENGTH} bytes, not ${key.length}`);
  return (domain, input) => {
    const bytes = typeof input === 'string' ? unitsOf(input) : input;
    const message = new Uint8Array(domain.length + 1 + bytes.length);
    for (let i = 0; i < domain.length; i++) message[i] = domain.charCodeAt(i);
    message.set(bytes, domain.length + 1);
    return blake3(message, { key });
  };
}

function unitsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit >> 8;
    bytes[2 * i + 1] = unit & 255;
  }
  return bytes;
}
