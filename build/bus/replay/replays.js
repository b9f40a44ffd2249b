import { ensureGroup, requireGroup } from '../maintain/group-offsets.js';
import { each, on } from '../consume/handler.js';
import { answerRequest, forgetRequests, replayRequested, requestReplay, requestState, } from './requests.js';
import { createReplayStream } from './stream.js';
export function createReplays(options) {
    const { redis, keyOf, open } = options;
    const subscriptions = new Set();
    const stopping = new AbortController();
    /** Opens and starts a subscription to a replay, and forgets it when it is stopped. */
    async function read({ key, stream, group }, listeners, context) {
        // Never makes the stream anew: one that is gone is over, or has to be appended from the beginning.
        const restoreGroup = () => requireGroup(redis, key, group);
        const subscription = open({ stream, key, group, listeners, context, restoreGroup });
        subscriptions.add(subscription);
        const stop = async () => {
            subscriptions.delete(subscription);
            await subscription.stop();
        };
        try {
            await subscription.start();
        }
        catch (error) {
            await stop();
            throw error;
        }
        return { ...subscription, stop };
    }
    return {
        subscriptions,
        answer(stream, owner, events) {
            const contract = replayRequested(stream);
            const requests = keyOf(contract.stream);
            const { signal } = stopping;
            const answer = answerRequest({ redis, key: keyOf(stream), events, signal });
            subscriptions.add(open({
                stream: contract.stream,
                key: requests,
                group: owner,
                listeners: [on(contract, each(answer))],
                context: undefined,
                restoreGroup: () => ensureGroup(redis, requests, owner, null),
            }));
        },
        of(stream, group, run) {
            const events = createReplayStream(redis, keyOf(stream), group, run);
            const contract = replayRequested(stream);
            const requests = keyOf(contract.stream);
            return {
                async ensureRunning() {
                    await events.keep();
                    const now = await events.progress();
                    if (now.appended || now.failure !== undefined)
                        return now;
                    const request = await requestState(redis, requests, run);
                    if (!request.open && request.failure === undefined)
                        await requestReplay(redis, requests, contract.create({ group, run }));
                    return { ...now, failure: request.failure };
                },
                read: (listeners, context) => read({ key: events.key, stream, group }, listeners, context),
                progress: () => events.progress(),
                async remove() {
                    await events.remove();
                    await forgetRequests(redis, requests, run);
                },
            };
        },
        stop: () => stopping.abort(),
    };
}
