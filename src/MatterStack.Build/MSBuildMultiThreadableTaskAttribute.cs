namespace Microsoft.Build.Framework;

/// <summary>Says that a task may run beside others in one process. MSBuild looks for it by name; the assembly that we compile against does not have it yet.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
