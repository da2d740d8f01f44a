using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>The file system does not enforce locks.</summary>
internal sealed class NoLocksException(string message) : IOException(message);
