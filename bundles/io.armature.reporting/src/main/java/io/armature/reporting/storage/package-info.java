/** The only code that opens files of the spool; tests replace it to fail, forget or count. */
package io.armature.reporting.storage;
