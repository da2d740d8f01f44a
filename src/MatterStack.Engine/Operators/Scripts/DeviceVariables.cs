using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The variables that say to a command which accelerators it sees, and the options of container engines for them.</summary>
internal static class DeviceVariables
{
    /// <summary>The variables for devices of NVIDIA and AMD.</summary>
    public static readonly IReadOnlyList<string> Names = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"];

    /// <summary>Builds the options with which Docker or Podman gives devices to a container. Both pass neither devices nor variables of
    /// their caller on by themselves.</summary>
    /// <param name="engine">Name of the engine.</param>
    /// <param name="task">The task; its own variables win.</param>
    /// <param name="devices">Devices that the attempt was given; null if the engine assigns none.</param>
    public static IEnumerable<string> BuildOptions(string engine, CampaignTask task, IReadOnlyList<string>? devices)
    {
        if (devices is null)
        {
            yield break;
        }

        if (devices.Count > 0 && engine == "docker")
        {
            // Docker reads the value as a row of CSV, so a list needs quotes of its own.
            yield return $"--gpus {ShellText.Quote($"\"device={string.Join(',', devices)}\"")}";
        }
        else
        {
            foreach (var device in devices)
            {
                yield return "--device " + ShellText.Quote("nvidia.com/gpu=" + device);
            }
        }

        // The container sees only these devices and numbers them from 0, so the numbers outside would name none or others. Other names stay
        // valid.
        var inside = devices.All(static device => device.All(char.IsAsciiDigit))
            ? devices.Select(static (_, index) => index.ToString(CultureInfo.InvariantCulture))
            : devices;
        foreach (var name in Names.Where(name => task.Env.All(entry => entry.Key != name)))
        {
            yield return $"--env {name}={ShellText.Quote(string.Join(',', inside))}";
        }
    }
}
