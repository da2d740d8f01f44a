using System.Runtime.CompilerServices;
using Microsoft.Build.Locator;

namespace MatterStack.Build.Tests.Support;

/// <summary>MSBuild is the SDK's own; it has to be found before a method that names one of its types is compiled.</summary>
internal static class FindMSBuild
{
#pragma warning disable CA2255 // A test program is an application.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => MSBuildLocator.RegisterDefaults();
}
