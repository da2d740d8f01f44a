namespace Microsoft.Build.Framework;

/// <summary>Marks a task that may run beside others in one process. MSBuild finds the attribute by its name; the assembly that this project
/// compiles against does not have it yet.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
