/** The sections of the operator's pages, as the sidebar lists them. */
import type { JSX } from 'preact';
import { deadLettersBadge, groupsBadge, modulesBadge, type Badge } from './badges.ts';
import { Charts } from './charts/charts.tsx';
import { Customers } from './customers/customers.tsx';
import type { Role } from '../../../../src/http/admin/api.ts';
import { Account } from './account/account.tsx';
import { Audit } from './audit/audit.tsx';
import { DeadLetters } from './dead-letters/dead-letters.tsx';
import { Import } from './import/import.tsx';
import { LiveMap } from './map/map.tsx';
import { Operators } from './operators/operators.tsx';
import { Orders } from './orders/orders.tsx';
import type { SectionProps } from './parts.tsx';
import { Payments } from './payments/payments.tsx';
import { Products } from './products/products.tsx';
import { Rebuild } from './rebuild/rebuild.tsx';
import { Statistics } from './statistics/statistics.tsx';
import { Streams } from './streams/streams.tsx';

export interface Section {
  /** The first part of its address: `#streams`. */
  name: string;
  title: string;
  group: 'Overview' | 'Bus' | 'Shop' | 'Office';
  View: (props: SectionProps) => JSX.Element;
  /** Who it is for: operators of this role or a higher one; by default all. */
  role?: Role;
  /** Called anew whenever a signal that it reads has changed, as `snapshot` of `live.ts` does. */
  badge?: () => Badge | undefined;
}

/** One line each, those of a group together. The first is shown where the address names none. */
// oxfmt-ignore
export const SECTIONS: readonly [Section, ...Section[]] = [
  { name: 'map', title: 'Live map', group: 'Overview', View: LiveMap, badge: modulesBadge },
  { name: 'charts', title: 'Charts', group: 'Overview', View: Charts },

  { name: 'streams', title: 'Streams', group: 'Bus', View: Streams, badge: groupsBadge },
  { name: 'dead-letters', title: 'Dead letters', group: 'Bus', View: DeadLetters, badge: deadLettersBadge },
  { name: 'rebuild', title: 'Rebuild', group: 'Bus', View: Rebuild },

  { name: 'orders', title: 'Orders', group: 'Shop', View: Orders },
  { name: 'payments', title: 'Payments', group: 'Shop', View: Payments },
  { name: 'products', title: 'Products', group: 'Shop', View: Products },
  { name: 'import', title: 'Import', group: 'Shop', View: Import },
  { name: 'statistics', title: 'Statistics', group: 'Shop', View: Statistics },
  { name: 'customers', title: 'Customers', group: 'Shop', View: Customers },

  { name: 'operators', title: 'Operators', group: 'Office', View: Operators, role: 'admin' },
  { name: 'audit', title: 'Audit log', group: 'Office', View: Audit, role: 'admin' },
  { name: 'account', title: 'Your account', group: 'Office', View: Account },
];
