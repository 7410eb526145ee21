/**
 * Kills the reporting spool at chosen moments and judges what its server got; run by the tests of
 * this module and from the command line.
 */
package io.armature.itest.fault;
