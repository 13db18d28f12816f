/** What the page is told of kernel traces: the packets that they tell of, and one of them beside what was predicted. */
import type { PacketForm } from '../../packet/form.ts';
import type { FateView, PassageView } from '../trace/trace-answer.ts';

export interface RecordedAnswer {
  readonly packets: readonly RecordedPacket[];
  /** What of the text is no trace, in words; empty where all of it was read. */
  readonly problems: readonly string[];
}

export interface RecordedPacket {
  /** The kernel's number of it, `c1528a03`; null in a kernel log, which has none. */
  readonly id: string | null;
  /** `TCP 198.51.100.7:40001 → 203.0.113.1:80 SYN in wan0`. */
  readonly line: string;
  /** Steps in tables that the dump has. */
  readonly steps: number;
  /** The name of the document that it stands in; null: the pasted text. */
  readonly document: string | null;
}

export interface ComparisonAnswer {
  /** The packet that the prediction was made for; null where it is none of IP, or the trace does not tell enough. */
  readonly form: PacketForm | null;
  /** What the kernel did. */
  readonly passage: PassageView;
  /** What was predicted; null where nothing could be. */
  readonly predicted: FateView | null;
  /** Steps that the kernel told and the dump has, and those of them that were predicted. */
  readonly told: number;
  readonly agreed: number;
  readonly differences: readonly Difference[];
  /** What was left out of the comparison, or taken for granted. */
  readonly notes: readonly string[];
}

export interface Difference {
  readonly text: string;
  /** Ids of what it is about; null: nothing that the dump has. */
  readonly chain: number | null;
  readonly rule: number | null;
  /** The number of the step in the list that stands for it; null: none does. */
  readonly step: number | null;
}
