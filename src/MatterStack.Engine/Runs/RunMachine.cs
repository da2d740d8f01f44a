namespace MatterStack.Engine.Runs;

/// <summary>Properties of the machine that created a run which can affect results; they identify neither the machine nor its
/// user.</summary>
internal sealed record RunMachine(string Os, string Architecture, string Dotnet)
{
    public static RunMachine GetCurrent() =>
        new(
            System.Runtime.InteropServices.RuntimeInformation.OSDescription.Trim(),
            System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            System.Environment.Version.ToString()
        );
}
