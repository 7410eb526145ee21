/** Keeps opened records as JSON lines and knows which ids of which queue it has. */
package io.armature.backend.reporting.storage;
