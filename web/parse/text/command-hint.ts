/**
 * What the command before a listing tells of it, `iptables-legacy -t nat -S` behind a prompt, and what a file's name does where it is made of the
 * command (`ip6tables_-t_mangle_-nvL`, as support bundles have them). A listing itself often does not name its table.
 */
import type { Backend } from '../../model/hook.ts';
import type { Header } from '../iptables-save/header.ts';

export interface CommandHint {
  readonly tool: Header['tool'] | null;
  readonly backend: Backend | null;
  /** Null: not told, as by a command that lists all tables. */
  readonly table: string | null;
}

const LISTS = /(?:^|[\s/'"])(ip6?tables|arptables|ebtables)(-nft|-legacy)?(-save)?((?:\s+[^\s|;&>]+)*)/;
const OTHERS =
  /(?:^|[\s/'"])(?:nft\s+(?:-\S+\s+)*list|ipset\s+(?:-\S+\s+)*(?:save|list)|xtables-monitor|nft\s+(?:-\S+\s+)*monitor|dmesg|journalctl)\b/;
const SHOWS = /\s(?:-[a-zA-Z]*[LS][a-zA-Z]*|--list|--list-rules)(?=\s|$)/;

/** The hint of a line, or null where it is no command that lists something. */
export function readCommandHint(line: string): CommandHint | null {
  const found = LISTS.exec(line);
  if (!found) return OTHERS.test(line) ? { tool: null, backend: null, table: null } : null;
  const [, tool = '', engine, save, words = ''] = found;
  if (save === undefined && !SHOWS.test(`${words} `)) return null;
  const [table, named] = /\s(?:-t\s*|--table[= ]\s*)([A-Za-z0-9_]+)?/.exec(words) ?? [];
  // A variable of a loop tells nothing.
  const any = save !== undefined || table !== undefined;
  return {
    tool: tool as Header['tool'],
    backend: engine === undefined ? null : engine === '-nft' ? 'iptables-nft' : 'iptables-legacy',
    table: named ?? (any ? null : 'filter'),
  };
}

/** The hint of a file's name: `_` stands for a blank there. */
export function hintOfName(name: string): CommandHint | null {
  const command = name.replace(/\.(?:txt|log|out|md)$/i, '').replace(/_+/g, ' ');
  // `node_iptables.save` is no command line.
  return /\s-/.test(command) ? readCommandHint(command) : null;
}
