/** Prints ipsets as `ipset save` does: for its own listing, the same text back. Follows ipset(8). */
import { formatIpv4, formatIpv6, formatMac } from '../../base/address.ts';
import { PROTOCOLS } from '../../model/constants.ts';
import type { Expression, SetElement } from '../../model/expression.ts';
import { ipsetParts } from '../../model/ipset.ts';
import type { NamedSet, Ruleset } from '../../model/ruleset.ts';
import { bareWord, quoteWord } from '../iptables-save/codecs.ts';

/** All ipsets of the ruleset, in the order of the dumps. Cost: linear. */
export function printIpsetSave(ruleset: Ruleset): string {
  const lines: string[] = [];
  for (const set of ruleset.ipsets.values()) printSet(set, lines);
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function printSet(set: NamedSet, lines: string[]): void {
  const type = set.key.types[0] ?? '';
  const parts = ipsetParts(type);
  const name = bareWord(set.name);
  lines.push(['create', name, bareWord(type), ...set.options.map(optionWords)].join(' '));
  for (const element of set.elements) lines.push(`add ${name} ${printKey(element.key, parts)}${printExtras(element)}`);
}

/** `size 8`; a word that is none to the tool keeps the quotes that it must have had. */
function optionWords(option: string): string {
  return /^$|^\s|\s$|["\\]/.test(option) ? quoteWord(option) : option;
}

/** One element as `ipset save` writes it: `10.0.0.1,tcp:80 timeout 30`. */
export function ipsetElementText(set: NamedSet, element: SetElement): string {
  return printKey(element.key, ipsetParts(set.key.types[0] ?? '')) + printExtras(element);
}

function printKey(key: Expression, parts: readonly string[]): string {
  if (key.kind === 'opaque-expression') return key.text;
  const keys = parts.length > 1 && key.kind === 'concat' ? key.parts : [key];
  return keys.map((part, index) => printPart(part, parts[index] ?? '')).join(',');
}

function printScalar(scalar: number | bigint | string, part: string): string {
  if (typeof scalar === 'string') return scalar;
  if (typeof scalar === 'bigint') return part === 'mac' ? formatMac(scalar).toUpperCase() : formatIpv6(scalar);
  if (part === 'mark') return `0x${scalar.toString(16).padStart(8, '0')}`;
  return part === 'port' ? String(scalar) : formatIpv4(scalar);
}

function printPart(key: Expression, part: string): string {
  switch (key.kind) {
    case 'value':
      return key.spelled ?? printScalar(key.value, part);
    case 'prefix':
      return `${printScalar(key.address, part)}/${key.length}`;
    case 'range':
      return `${printScalar(key.from, part)}-${printScalar(key.to, part)}`;
    case 'set-reference':
      return key.name;
    case 'concat': {
      const [protocol, port] = key.parts;
      const number = protocol?.kind === 'value' && typeof protocol.value === 'number' ? protocol.value : 0;
      return `${PROTOCOLS.byNumber.get(number) ?? number}:${port ? printPart(port, 'port') : ''}`;
    }
    case 'opaque-expression':
      return key.text;
    default:
      return '';
  }
}

/** In the order in which ipset prints them. */
function printExtras({ except, extras }: SetElement): string {
  let text = extras?.timeout === undefined ? '' : ` timeout ${extras.timeout / 1000}`;
  if (except) text += ' nomatch';
  if (extras?.packets !== undefined) text += ` packets ${extras.packets}`;
  if (extras?.bytes !== undefined) text += ` bytes ${extras.bytes}`;
  if (extras?.comment !== undefined) text += ` comment "${extras.comment}"`;
  if (extras?.state !== undefined) text += ` ${extras.state}`;
  return text;
}
