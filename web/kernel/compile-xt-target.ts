/** Targets of iptables' that the model keeps as text. Kernel: the net/netfilter/xt_*.c of each. */
import type { Xt } from '../model/statement.ts';
import type { NetmapReading, SetMapReading } from '../model/xt-reading.ts';
import type { Instruction } from './action.ts';
import { addressOf } from './compile-nat.ts';
import { setUpdate } from './compile-set.ts';
import type { CompileContext } from './compile-term.ts';
import { xtText } from './compile-xt.ts';
import { IP6_DADDR, IP6_SADDR, MARK, PRIORITY, type Variable } from './fields.ts';

/** What a target does before the packet goes on; null for one that is not understood. */
export function xtTarget(xt: Xt, context: CompileContext): Instruction[] | null {
  const { reading } = xt;
  switch (reading?.kind) {
    case 'ct-target':
      return [{ kind: 'template', zone: null, takesUntracked: false }];
    case 'hmark':
      return [written(MARK, xt)];
    case 'prefix-translation':
      return [written(reading.side === 'source' ? IP6_SADDR : IP6_DADDR, xt)];
    case 'set-map':
      return setMap(reading, xt, context);
    case 'netmap':
      return [netmap(reading, xt, context)];
    default:
      if (xt.name === 'CT') return [{ kind: 'template', zone: null, takesUntracked: false }];
      return xt.known ? [{ kind: 'effect', source: xt }] : null;
  }
}

/** A value that nobody knows. */
function written(variable: Variable, xt: Xt): Instruction {
  const value = { kind: 'unknown', text: xtText(xt), needs: 0 } as const;
  return { kind: 'assign', variable, needs: 0, value, optional: true, lenient: true };
}

/** Kernel: net/netfilter/xt_set.c, set_target_v3(). Assumption: the element has what is mapped, with a mask that nobody knows. */
function setMap({ updates, maps }: SetMapReading, xt: Xt, context: CompileContext): Instruction[] {
  return [
    ...updates.map((update) => setUpdate(update, context)),
    ...maps.flatMap((map) => (map === 'queue' ? [] : [written(map === 'mark' ? MARK : PRIORITY, xt)])),
  ];
}

function netmap({ to }: NetmapReading, source: Xt, { table }: CompileContext): Instruction {
  return {
    kind: 'nat',
    type: 'netmap',
    family: table.family === 'ip6' ? 'ip6' : 'ip',
    target: { kind: 'fixed', target: { address: addressOf(to, true), port: null } },
    prefix: true,
    random: false,
    persistent: false,
    source,
  };
}
