using System.Diagnostics;
using Anteroom.Bench.Measuring;

namespace Anteroom.Tests.Bench;

public sealed class ProcessTreeTests
{
    [Fact] // proc_pid_stat(5): the name may hold anything
    public void Reads_parent_and_times_behind_a_name_with_parentheses() =>
        Assert.Equal(
            new ProcessStat(12, 1 + 20 + 300 + 4000),
            ProcessStat.Parse("77 (a) b (c)) S 12 77 77 0 -1 4194304 1 2 3 4 1 20 300 4000 20 0 1 0 99 100 101")
        );

    [Fact]
    public void Counts_what_children_use_while_they_live_and_after_they_have_ended()
    {
        // The inner shells work for a while; the second one still does when it is looked at.
        const string script = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
        using var tree = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"sh -c '{script}'; echo one; sh -c 'while :; do :; done' & read line; kill $!; wait"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal("one", tree.StandardOutput.ReadLine());
        var first = ProcessTree.CpuMilliseconds(tree.Id);
        Assert.True(first >= 50, $"{first} ms of the ended child");

        var second = first;
        for (var began = Stopwatch.GetTimestamp(); second < first + 50 && Stopwatch.GetElapsedTime(began).TotalSeconds < 20; )
            second = ProcessTree.CpuMilliseconds(tree.Id);
        Assert.True(second >= first + 50, $"{second - first} ms of the living child");

        tree.StandardInput.Close();
        tree.WaitForExit();
        Assert.Equal(0, ProcessTree.CpuMilliseconds(tree.Id));
    }

    [Fact]
    public void Counts_nobody_else()
    {
        using var idle = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line"]) { RedirectStandardInput = true })!;
        var before = ProcessTree.CpuMilliseconds(idle.Id);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalMilliseconds < 200; ) { }
        Assert.InRange(ProcessTree.CpuMilliseconds(idle.Id) - before, 0, 20);
        idle.StandardInput.Close();
        idle.WaitForExit();
    }

    [Fact]
    public void Memory_is_that_of_the_process()
    {
        var own = ProcessTree.ResidentMegabytes(Environment.ProcessId);
        Assert.InRange(own, 10, 10_000);
        Assert.Equal(0, ProcessTree.ResidentMegabytes(int.MaxValue));
    }
}
