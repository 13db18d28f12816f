/**
 * The arguments of iptables, ip6tables, ebtables and arptables: which table, which command, and the rule behind it. Options may stand in any
 * order. Follows getopt_long(3) as iptables' iptables/xshared.c uses it.
 */
import { takesText } from '../iptables-save/words.ts';
import type { Field } from './expand.ts';

export interface TableCommand {
  /** `A` for `-A` and `--append`; null: the command only shows something. */
  readonly letter: string | null;
  readonly table: string;
  /** As iptables-restore has them: `-A CHAIN ...`. For a command that shows, its chain. */
  readonly fields: readonly Field[];
}

const LONG: ReadonlyMap<string, string> = new Map([
  ['--append', '-A'],
  ['--insert', '-I'],
  ['--delete', '-D'],
  ['--replace', '-R'],
  ['--check', '-C'],
  ['--list', '-L'],
  ['--list-rules', '-S'],
  ['--flush', '-F'],
  ['--zero', '-Z'],
  ['--new-chain', '-N'],
  ['--new', '-N'],
  ['--delete-chain', '-X'],
  ['--policy', '-P'],
  ['--rename-chain', '-E'],
]);
const COMMAND = /^-[ADICRFZNXPELS]$/;
/** Flags that change what is printed, or how long to wait. */
const QUIET: ReadonlySet<string> = new Set(
  '-v -vv -n -x --verbose --numeric --exact --line-numbers --fragments --concurrent --Lc --Ln --Lx --Lmac2'.split(' '),
);
const SHOWS = /^-[nvx]*[LS][nvx]*$/;
/** How many words a command takes at most. */
const TAKES: Readonly<Record<string, number>> = {
  A: 1,
  I: 2,
  D: 2,
  R: 2,
  C: 1,
  L: 2,
  S: 2,
  F: 1,
  Z: 2,
  N: 1,
  X: 1,
  P: 2,
  E: 2,
};

/** null: there is no command among them. Cost: linear. */
export function readTableCommand(args: readonly Field[]): TableCommand | null {
  let table = 'filter';
  let command: Field[] | null = null;
  const rule: Field[] = [];
  let at = 0;
  while (at < args.length) {
    const field = args[at] as Field;
    const { text } = field;
    const value = args[at + 1];
    if (takesText(args[at - 1]?.text ?? '')) rule.push(field);
    else if ((text === '-t' || text === '--table') && value) {
      table = value.text;
      at++;
    } else if (/^--table=|^-t[a-z]/.test(text)) table = text.replace(/^--table=|^-t/, '');
    else if (/^(?:-w|--wait|-W|--wait-interval)$/.test(text)) {
      if (value && /^\d+$/.test(value.text)) at++;
    } else if (text === '-M' || text === '--modprobe') at++;
    else if (command === null && isCommand(text)) {
      command = takeCommand(args, at);
      at += command.length - 1;
    } else if (!isQuiet(text)) rule.push(...separated(field));
    at++;
  }
  if (!command) return null;
  const [first] = command as [Field];
  const letter = first.text.charAt(1);
  return letter === 'L' || letter === 'S'
    ? { letter: null, table, fields: command.slice(1) }
    : { letter, table, fields: [...command, ...rule] };
}

function isQuiet(text: string): boolean {
  return QUIET.has(text) || /^(?:--wait|--wait-interval|--modprobe)=|^-[wW]\d+$|^-[vnx]{2,}$/.test(text);
}

function isCommand(text: string): boolean {
  return COMMAND.test(text) || LONG.has(text) || SHOWS.test(text);
}

/** The command at `at` under its short name, and the chain and so on behind it. */
function takeCommand(args: readonly Field[], at: number): Field[] {
  const field = args[at] as Field;
  const short = LONG.get(field.text) ?? (SHOWS.test(field.text) ? '-L' : field.text);
  const taken: Field[] = [{ ...field, text: short }];
  const most = TAKES[short.charAt(1)] ?? 0;
  for (let i = at + 1; i < args.length && taken.length <= most; i++) {
    const next = args[i] as Field;
    if (next.text.startsWith('-') || next.text === '!') break;
    // Only numbers and new names follow a chain.
    const numbered = short === '-I' || short === '-D' || short === '-Z' || short === '-L' || short === '-R';
    if (taken.length === 2 && numbered && !/^\d+$/.test(next.text)) break;
    taken.push(next);
  }
  return taken;
}

/** `--dport=80` as two words. Short options and their values do not stand together: iptables takes `-ieth0` for the interface `-ieth0`. */
function separated(field: Field): Field[] {
  const [, name, value] = /^(--[a-z][a-z0-9-]*)=(.*)$/s.exec(field.text) ?? [];
  if (name === undefined || value === undefined) return [field];
  return [
    { ...field, text: name, unknown: false },
    { ...field, text: value },
  ];
}
