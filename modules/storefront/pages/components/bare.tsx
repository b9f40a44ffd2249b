/** A page that brings all that is seen of it, without the shop's header and footer. */
import { setFormats } from '../lib/format.ts';
import type { AnyPage, Frame } from '../lib/page.ts';

export function Bare({ page, frame }: { page: AnyPage; frame: Frame }) {
  setFormats(frame);
  return <page.View frame={frame} data={frame.data} />;
}
