/** Components that a mutant's bundle has besides those of the spool. */
package io.armature.itest.mutants;
