/** Opens what devices sealed; takes bytes from anybody and never fails but with a reason. */
package io.armature.backend.reporting.opening;
