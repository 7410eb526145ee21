/** What a mutant's bundle has instead of the spool's own storage class. */
package io.armature.reporting.storage;
