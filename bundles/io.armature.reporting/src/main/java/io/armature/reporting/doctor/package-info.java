/** Examines and mends the files of a spool that nobody works on, wherever it comes from. */
package io.armature.reporting.doctor;
