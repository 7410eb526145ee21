/** When and what is uploaded: triggers, read passes, batches, retries, requests for keys. */
package io.armature.reporting.upload;
