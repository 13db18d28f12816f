/**
 * Names of members as text to look at. They come from an archive that nobody vouches for, so they never become paths of a file system;
 * here they lose what would make them lie on screen: control characters, NUL, direction overrides, endless length.
 */
import { strFromU8 } from 'fflate';

/** A name longer than this is shortened in its middle. */
const LONGEST = 400;

/** C0 and C1 controls, line and paragraph separators, zero-width and direction characters, the byte order mark, lone surrogates. */
const TRICKS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** UTF-8 where the bytes are UTF-8, else Latin-1 (old zips have the code page of some machine). */
export function decodeName(bytes: Uint8Array): string {
  const text = strFromU8(bytes);
  return text.includes('\ufffd') ? strFromU8(bytes, true) : text;
}

/** `name` as it may be shown: tricks become symbols, and the middle of a very long one is left out. */
export function showName(name: string): string {
  const long = name.length > LONGEST ? `${name.slice(0, LONGEST / 2)}…${name.slice(1 - LONGEST / 2)}` : name;
  return long.replace(TRICKS, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** The parts of a member's name between slashes, without those that mean nothing. Windows tools write backslashes. */
export function partsOf(name: string): string[] {
  return name.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
}

const PACKED_ENDING = /\.(?:tar\.(?:gz|xz|bz2|zst)|tgz|tar|zip|gz)$/i;

/** Without `.tar.gz`, `.tgz`, `.zip`, ... */
export function withoutPackedEnding(name: string): string {
  const short = name.replace(PACKED_ENDING, '');
  return short === '' ? name : short;
}
