/** Findings as the page gets them: with the overview, through the worker's protocol. */
import type { Overview } from '../../worker/protocol.ts';

export type Finding = Overview['findings'][number];
export type FindingPlace = Finding['where'][number];
export type FindingSeverity = Finding['severity'];
