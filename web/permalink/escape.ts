/** Names in a link: percent-encoded one by one, so that the link's own separators only ever separate. */

/** `encodeURIComponent` throws at lone surrogates; names from a text can have them. */
export function escapeName(text: string): string {
  const wellFormed = new TextDecoder().decode(new TextEncoder().encode(text));
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Undefined where the text is not percent-encoded well. */
export function unescapeName(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
