/** Operators and their sessions in MongoDB. They are asked for anew at each call, so that a change counts at once. */
import type { Db } from 'mongodb';
import { isDuplicateKey } from '#host';
import type { PasswordHash } from '../password.ts';
import {
  MAX_OPERATORS,
  type OperatorChange,
  type OperatorDocument,
  type OperatorSessionDocument,
} from './operator.ts';

export const operatorIndexes = [{ name: 'email', key: { emailKey: 1 }, unique: true }];
export const operatorSessionIndexes = [
  { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
];

export interface OperatorStore {
  /** Stores a new operator: false where another has the e-mail. */
  insert(operator: OperatorDocument): Promise<boolean>;
  count(): Promise<number>;
  list(): Promise<OperatorDocument[]>;
  find(operatorId: string): Promise<OperatorDocument | null>;
  findByEmail(emailKey: string): Promise<OperatorDocument | null>;
  /** Changes an operator, whose sessions are over where that disables; gives it as it was. */
  change(operatorId: string, change: OperatorChange): Promise<OperatorDocument | null>;
  /**
   * Sets a password, with which all sessions are over; gives the operator as it is then. With `from`
   * only where that is still the password.
   */
  setPassword(
    operatorId: string,
    to: PasswordHash,
    options: { from?: PasswordHash; temporaryUntil?: Date },
  ): Promise<OperatorDocument | null>;
  /** Stores a session that begins. */
  begin(session: OperatorSessionDocument): Promise<void>;
  findSession(tokenHash: string): Promise<OperatorSessionDocument | null>;
  /** Moves the end of a session. */
  touch(tokenHash: string, expiresAt: Date): Promise<void>;
  /** Lets a session go on after the password has changed. */
  carryOver(tokenHash: string, generation: number): Promise<void>;
  end(tokenHash: string): Promise<void>;
}

export function createOperatorStore(db: Db): OperatorStore {
  const operators = db.collection<OperatorDocument>('operators');
  const sessions = db.collection<OperatorSessionDocument>('operatorSessions');
  return {
    async insert(operator) {
      try {
        await operators.insertOne(operator);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    count: () => operators.countDocuments(),
    list: () => operators.find().sort({ emailKey: 1 }).limit(MAX_OPERATORS).toArray(),
    find: (operatorId) => operators.findOne({ _id: operatorId }),
    findByEmail: (emailKey) => operators.findOne({ emailKey }),
    change(operatorId, { name, role, disabled }) {
      const $set = {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(disabled && { disabledAt: new Date() }),
      };
      return operators.findOneAndUpdate(
        { _id: operatorId },
        {
          $set,
          ...(disabled && { $inc: { generation: 1 } }),
          ...(disabled === false && { $unset: { disabledAt: true } }),
        },
        { returnDocument: 'before' },
      );
    },
    setPassword(operatorId, to, { from, temporaryUntil }) {
      return operators.findOneAndUpdate(
        { _id: operatorId, ...(from && { 'password.key': from.key }) },
        {
          $set: { password: to, ...(temporaryUntil && { temporaryUntil }) },
          ...(!temporaryUntil && { $unset: { temporaryUntil: true } }),
          $inc: { generation: 1 },
        },
        { returnDocument: 'after' },
      );
    },
    async begin(session) {
      await sessions.insertOne(session);
      await operators.updateOne(
        { _id: session.operatorId },
        { $set: { signedInAt: session.createdAt } },
      );
    },
    findSession: (tokenHash) => sessions.findOne({ _id: tokenHash }),
    async touch(tokenHash, expiresAt) {
      await sessions.updateOne({ _id: tokenHash }, { $max: { expiresAt } });
    },
    async carryOver(tokenHash, generation) {
      await sessions.updateOne({ _id: tokenHash }, { $set: { generation } });
    },
    async end(tokenHash) {
      await sessions.deleteOne({ _id: tokenHash });
    },
  };
}
