/** What can be asked of all packets: what if rules stood otherwise, and what becomes of some of them. */
import type { ReactElement } from 'react';
import { useStore } from '../use-store.ts';
import { WhatIfMenu } from './ask-parts.tsx';

export function AskButtons(): ReactElement | null {
  const hasRules = useStore((state) => (state.overview?.counts.chains ?? 0) > 0);
  const setOpen = useStore((state) => state.setPacketsOpen);
  if (!hasRules) return null;
  return (
    <>
      <WhatIfMenu />
      <button
        type="button"
        className="button"
        title="Who can reach a port of this node? What can an address reach?"
        onClick={() => setOpen(true)}
      >
        Reachability…
      </button>
    </>
  );
}
