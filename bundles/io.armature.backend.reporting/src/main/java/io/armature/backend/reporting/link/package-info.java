/** The server's connection to its broker. */
package io.armature.backend.reporting.link;
