/** Which program a command line runs, through `sudo` and its like, by its name or by the name of the variable that holds it. */
import type { Backend } from '../../model/hook.ts';
import type { Header } from '../iptables-save/header.ts';
import type { Field } from './expand.ts';

export type Tool =
  | { readonly kind: 'tables'; readonly tool: Header['tool']; readonly backend: Backend; readonly restores: boolean }
  | { readonly kind: 'nft' }
  | { readonly kind: 'ipset' };

export interface ToolCall {
  readonly tool: Tool;
  readonly arguments: readonly Field[];
  /** `ip netns exec blue`, `nsenter -t 12`: the network namespace that it changes; '' for the one that the script runs in. */
  readonly place: string;
  /** The variable that is taken for the program, where its value is not told. */
  readonly guessed: Field | null;
}

const PROGRAM = /^(?:\S*\/)?(ip6?tables|arptables|ebtables)(?:-(nft|legacy))?(-restore)?$/;
const SPECIAL = /^(?:\S*\/)?(nft|ipset)$/;

/** The tool of that name, or null. Also `iptables-save` and what only shows is none. */
export function toolNamed(name: string): Tool | null {
  const found = PROGRAM.exec(name);
  if (found) {
    const [, tool = '', engine, restore] = found;
    const backend: Backend = engine === undefined ? 'iptables' : engine === 'nft' ? 'iptables-nft' : 'iptables-legacy';
    return { kind: 'tables', tool: tool as Header['tool'], backend, restores: restore !== undefined };
  }
  const other = SPECIAL.exec(name)?.[1];
  return other === undefined ? null : { kind: other as 'nft' | 'ipset' };
}

/** What a variable of that text (`$IPT6`, `$(which iptables)`) is likely to hold. */
export function toolGuessed(text: string): Tool | null {
  // A variable, or what finds a program: `$(which iptables)`.
  if (!/^\$\{?\w/.test(text) && !/^(?:\$\(|`)\s*(?:which|command|type)\b/.test(text)) return null;
  const restores = /restore/i.test(text);
  const tables = (tool: Header['tool']): Tool => ({ kind: 'tables', tool, backend: 'iptables', restores });
  if (/save/i.test(text)) return null;
  if (/ip6t|ipt(?:ables)?_?v?6|ip6/i.test(text)) return tables('ip6tables');
  if (/ipt|iptables/i.test(text)) return tables('iptables');
  if (/ebt/i.test(text)) return tables('ebtables');
  if (/arpt/i.test(text)) return tables('arptables');
  if (/nft/i.test(text)) return { kind: 'nft' };
  return /ipset/i.test(text) ? { kind: 'ipset' } : null;
}

/** Programs whose words name tools but do not run them. */
const NEUTRAL: ReadonlySet<string> = new Set(
  (
    'echo printf grep egrep which type hash man apt apt-get yum dnf apk zypper systemctl service modprobe rm cp mv cat ls ln chmod chown alias ' +
    'watch test [ [[ logger log die fail warn info error rpm dpkg pacman find sed awk xargs head tail less pgrep pkill kill local declare'
  ).split(' '),
);
const BARE = /^-[tAIDRFXNPE]$/;
const IPTABLES: Tool = { kind: 'tables', tool: 'iptables', backend: 'iptables', restores: false };
/** Lines of configuration files that undo what others do. */
const UNDOES = /^(?:PostDown|PreDown|ExecStop|ExecStopPost|down|pre-down|post-down)=?/;

/** Whether the line that begins with that word takes back what another one does. */
export function undoes(word: string): boolean {
  return UNDOES.test(word);
}

/** The call that `fields` make, or null where they run none of the tools. Cost: linear. */
export function readCall(fields: readonly Field[]): ToolCall | null {
  // `-t nat -A ...` without a program, as in files that a tool reads line by line.
  if (BARE.test(fields[0]?.text ?? '')) return { tool: IPTABLES, arguments: fields, place: '', guessed: null };
  let place = '';
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as Field;
    const tool = field.unknown ? toolGuessed(field.text) : toolNamed(field.text);
    if (tool) return { tool, arguments: fields.slice(at + 1), place, guessed: field.unknown ? field : null };
    if (at > 0) {
      place ||= placeOf(fields, at - 1);
      continue;
    }
    if (NEUTRAL.has(field.text)) return null;
    // `command -v iptables` only looks.
    if (field.text === 'command' && fields[1]?.text.startsWith('-')) return null;
    place = placeOf(fields, 0);
  }
  return null;
}

/** `ip netns exec NAME`, `nsenter -t PID -n`. */
function placeOf(fields: readonly Field[], at: number): string {
  const words = fields.slice(at, at + 4).map(({ text }) => text);
  if (/(?:^|\/)ip$/.test(words[0] ?? '') && words[1] === 'netns' && words[2] === 'exec')
    return `netns ${words[3] ?? ''}`;
  if (!/(?:^|\/)nsenter$/.test(words[0] ?? '')) return '';
  const target = fields.findIndex(({ text }) => text === '-t' || text === '--target');
  const pid = fields[target + 1]?.text ?? '';
  return target < 0 || pid === '1' ? '' : `process ${pid}`;
}
