package io.armature.reporting.upload;

import java.time.Duration;

/**
 * Limits of uploads.
 *
 * @param batchBytes records of one batch, unless one record alone is larger
 * @param batchGaps gap records of one batch
 * @param replyWait after this an upload without reply counts as failed
 * @param cachedWait how long the uploader's word counts that it holds ids already
 * @param keyRetry between requests for a key while there is none
 * @param keyCheck between looks at the key's age
 * @param keyAge of a key that is asked for again
 */
public record UploadSettings(
        long batchBytes,
        int batchGaps,
        Duration replyWait,
        Duration cachedWait,
        Duration keyRetry,
        Duration keyCheck,
        Duration keyAge) {}
