/** What every map on the page needs: the drawing's size, and how owners look. */
import { useEffect, useState } from 'react';
import type { OwnerLook } from '../../layout/hook-map-geometry.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The drawing's size in whole pixels; null before it is known or while it is hidden. */
export function useSize(ref: { readonly current: Element | null }): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (width === 0 ? null : old?.width === width && old.height === height ? old : { width, height }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

export function ownerLooks(owners: readonly OwnerOverview[]): (owner: string) => OwnerLook {
  const looks = new Map(
    owners.map(({ id, short, slot, initials, barred }): [string, OwnerLook] => [
      id,
      { owner: id, name: short, slot, initials, barred },
    ]),
  );
  return (owner) => looks.get(owner) ?? { owner, name: owner, slot: 'unknown', initials: '?', barred: false };
}
