/** The calls of a customer on the own account: profile, addresses, password. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, requireCaller, type Caller, type Routes } from '#host';
import { Address } from '../address.ts';
import { MAX_ADDRESSES, type AccountDocument } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { noAccount, type Accounts } from './accounts.ts';
import type { OriginOf } from './fingerprint.ts';
import {
  accountSchema,
  addAddressSchema,
  changeAccountSchema,
  changePasswordSchema,
  removeAddressSchema,
  replaceAddressSchema,
  type Account,
  type SavedAddress,
} from './schemas.ts';

export interface AccountRoutesOptions {
  accounts: Accounts;
  accountStore: AccountStore;
  originOf: OriginOf;
}

export const accountRoutes =
  ({ accounts, accountStore, originOf }: AccountRoutesOptions): Routes =>
  (app) => {
    app.get('/account', { schema: accountSchema }, async (request, reply) => {
      const { userId } = customerOf(request);
      return show(reply, await accountStore.find(userId));
    });

    app.patch('/account', { schema: changeAccountSchema }, async (request, reply) => {
      const { userId } = customerOf(request);
      return show(reply, await accountStore.change(userId, request.body));
    });

    app.post('/account/addresses', { schema: addAddressSchema }, async (request, reply) => {
      const { userId } = customerOf(request);
      const address = await add(accountStore, userId, request.body);
      return reply.code(201).header('cache-control', 'no-store').send(address);
    });

    app.put(
      '/account/addresses/:addressId',
      { schema: replaceAddressSchema },
      async (request, reply) => {
        const { userId } = customerOf(request);
        const address = { addressId: request.params.addressId, ...request.body };
        if (!(await accountStore.replaceAddress(userId, address))) throw unknownAddress();
        return reply.header('cache-control', 'no-store').send(address);
      },
    );

    app.delete(
      '/account/addresses/:addressId',
      { schema: removeAddressSchema },
      async (request, reply) => {
        const { userId } = customerOf(request);
        const { addressId } = request.params;
        if (!(await accountStore.removeAddress(userId, addressId))) throw unknownAddress();
        return reply.code(204).send(null);
      },
    );

    app.post('/account/password', { schema: changePasswordSchema }, async (request, reply) => {
      const { address } = originOf(request);
      await accounts.changePassword(customerOf(request), request.body, address);
      return reply.code(204).send(null);
    });
  };

/** The customer who calls. A guest may have the id of an account that was made of it since. */
function customerOf(request: FastifyRequest): Caller {
  const caller = requireCaller(request);
  if (caller.kind === 'customer') return caller;
  throw noAccount();
}

function show(reply: FastifyReply, account: AccountDocument | null) {
  if (!account) throw noAccount();
  const { _id: userId, email, name, phone, addresses = [], createdAt } = account;
  const shown: Account = {
    userId,
    email,
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    addresses,
    createdAt: createdAt.toISOString(),
  };
  return reply.header('cache-control', 'no-store').send(shown);
}

/** Adds an address, or gives the same one that is there: who got no answer may ask again. */
async function add(store: AccountStore, userId: string, address: Address): Promise<SavedAddress> {
  const added = { addressId: randomUUID(), ...address };
  if (await store.addAddress(userId, added)) return added;
  const account = await store.find(userId);
  if (!account) throw noAccount();
  const fields = Object.keys(Address.properties) as (keyof Address)[];
  const same = account.addresses?.find((one) =>
    fields.every((field) => one[field] === address[field]),
  );
  if (same) return same;
  throw new DomainError(
    'conflict',
    'too-many-addresses',
    `An account keeps ${MAX_ADDRESSES} addresses: remove or replace one.`,
  );
}

function unknownAddress(): DomainError {
  return new DomainError('not-found', 'unknown-address', 'The account has no such address.');
}
