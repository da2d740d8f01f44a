using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Memory and time limit that the next attempt of a task requests: the task's values, otherwise the site's, grown after ends by
/// their lack and cut to the ceilings of the operator.</summary>
internal sealed class ResourceRequest
{
    // More than any machine has; growth must not leave the range of numbers.
    private const double MaxGrownMemoryGb = 1e6;

    private readonly Amount _memory;
    private readonly Amount _time;

    private ResourceRequest(Amount memory, Amount time) => (_memory, _time) = (memory, time);

    /// <summary>Memory on each node in GiB; null: the scheduler decides.</summary>
    public double? MemoryGb => _memory.Value;

    /// <summary>Time limit in minutes; null: none, or the scheduler's.</summary>
    public double? TimeLimitMinutes => _time.Value;

    /// <summary>Whether more memory cannot be requested.</summary>
    public bool IsMemoryAtCeiling => _memory.IsAtCeiling;

    /// <summary>Whether more time cannot be requested.</summary>
    public bool IsTimeAtCeiling => _time.IsAtCeiling;

    /// <summary>Values that differ from those that the task states; null if none does.</summary>
    public GivenResources? Given =>
        _memory.IsOwn && _time.IsOwn
            ? null
            : new GivenResources
            {
                MemoryGb = _memory.IsOwn ? null : _memory.Value,
                TimeLimit = _time.IsOwn || _time.Value is not { } minutes ? null : TimeSpan.FromMinutes(minutes),
            };

    /// <summary>Computes the request of the next attempt.</summary>
    public static ResourceRequest Compute(TaskPolicy policy, TaskHistory history, RequestLimits limits) =>
        new(
            Amount.Compute(
                policy.MemoryGb,
                limits.DefaultMemoryGb,
                policy.RetryMemoryFactor,
                limits.GrowsMemory ? history.MemoryGrowths : 0,
                history.IsMemoryCapped,
                limits.MaxMemoryGb,
                Math.Min(limits.MaxGrownMemoryGb ?? double.MaxValue, MaxGrownMemoryGb)
            ),
            Amount.Compute(
                policy.TimeLimitMinutes,
                limits.DefaultTimeLimit?.TotalMinutes,
                policy.RetryTimeFactor,
                history.TimeGrowths,
                history.IsTimeCapped,
                limits.MaxTimeLimit?.TotalMinutes,
                Math.Min(limits.MaxGrownTimeLimit?.TotalMinutes ?? double.MaxValue, TaskPolicy.MaxTimeLimitMinutes)
            )
        );

    /// <summary>Describes why values differ from those that the task states; empty if none does.</summary>
    public string DescribeChanges() =>
        string.Join(
            "; ",
            new[]
            {
                _memory.Describe("memory", FormatMemory, EndCause.OutOfMemory),
                _time.Describe("time limit", FormatMinutes, EndCause.TimeLimit),
            }.OfType<string>()
        );

    /// <summary>Formats memory for people.</summary>
    public static string FormatMemory(double gibibytes) => string.Create(CultureInfo.InvariantCulture, $"{gibibytes:0.###} GiB");

    /// <summary>Formats a time limit in minutes for people.</summary>
    public static string FormatMinutes(double minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes:0.######} min");

    /// <summary>One amount of a request.</summary>
    /// <param name="Value">What is requested; null: the scheduler decides.</param>
    /// <param name="Stated">What the task states, otherwise the site.</param>
    /// <param name="Wanted">The stated amount after growth.</param>
    /// <param name="IsGrown">Whether it has grown.</param>
    /// <param name="IsAtCeiling">Whether more cannot be requested.</param>
    private readonly record struct Amount(double? Value, double Stated, double Wanted, bool IsGrown, bool IsAtCeiling)
    {
        /// <summary>Whether it is what the task or the site states.</summary>
        public bool IsOwn => Value is not { } value || value == Stated;

        public static Amount Compute(
            double? own,
            double? ofSite,
            double factor,
            int growths,
            bool isCapped,
            double? ceiling,
            double growthCeiling
        )
        {
            if ((own ?? ofSite) is not { } stated)
            {
                return default;
            }

            // A partition that is too small for what a task states is an error of the campaign; only growth stays within the largest one.
            var most = Math.Min(ceiling ?? double.MaxValue, Math.Max(growthCeiling, stated));
            var wanted = growths == 0 ? stated : stated * Math.Pow(factor, growths);
            var value = Math.Min(wanted, most);
            return new Amount(value, stated, wanted, growths > 0, isCapped || value >= most);
        }

        public string? Describe(string name, Func<double, string> format, EndCause cause) =>
            IsOwn || Value is not { } value
                ? null
                : $"{name} {format(value)}"
                    + (IsGrown ? $", grown from {format(Stated)} after {cause.ToText()}" : "")
                    + (value < Wanted ? $", cut from {format(Wanted)} to the most that its operator allows" : "");
    }
}
