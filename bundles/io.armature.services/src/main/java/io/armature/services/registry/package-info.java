/** Owners, waiting requests and observers, and the pipes between them; no framework needed. */
package io.armature.services.registry;
